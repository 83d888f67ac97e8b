require("dockerode")
