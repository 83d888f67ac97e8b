require('typeorm')
