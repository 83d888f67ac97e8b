class Shop {}
