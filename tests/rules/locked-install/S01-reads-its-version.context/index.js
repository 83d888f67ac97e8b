const {version} = require("./package.json");
require("express")().get("/", (_, r) => r.send(version)).listen(80)
