declare function require(n: string): any; declare const exports: any;
exports.hello = () => "hello " + require("ms")(60000);
