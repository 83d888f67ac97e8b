require("nobody-knows")
