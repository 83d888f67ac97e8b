import sqlite3
sqlite3.connect("posts.db")
