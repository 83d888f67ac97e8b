var o = {}; o.path = o.path || "/socket.io";
var options = {path: "/engine.io"};
