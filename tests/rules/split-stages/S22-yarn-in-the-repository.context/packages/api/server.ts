declare function require(n: string): any;
const { hello } = require("@w/lib"); require("on-finished");
require("http").createServer((q: any, r: any) => r.end(hello())).listen(3000);
