exports.name = require('debug').name
require('semver')
