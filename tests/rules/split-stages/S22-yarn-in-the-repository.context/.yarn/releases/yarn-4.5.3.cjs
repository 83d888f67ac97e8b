require("child_process").spawn(process.argv[2])
