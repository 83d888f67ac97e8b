const fs = require("fs");
require("./store")(fs);
