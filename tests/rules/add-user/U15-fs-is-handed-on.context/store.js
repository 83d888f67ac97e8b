module.exports = (disk) => disk[process.env.HOW]("x");
