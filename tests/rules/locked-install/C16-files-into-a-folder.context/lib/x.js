exports.name = require('debug').name
