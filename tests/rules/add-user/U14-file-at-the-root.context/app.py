import sqlite3

STATE = "/state.db"
sqlite3.connect(STATE)
