module.exports = {
  // a static export
  output: "export",
}
