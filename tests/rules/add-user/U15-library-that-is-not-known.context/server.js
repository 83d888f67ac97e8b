const sharp = require("sharp");
sharp("a.png").resize(10).toFile("b.png");
