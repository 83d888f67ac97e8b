require('./web').listen()
