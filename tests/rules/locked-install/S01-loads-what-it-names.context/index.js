Object.keys(require("./package.json").devDependencies).map((n) => require(n));
