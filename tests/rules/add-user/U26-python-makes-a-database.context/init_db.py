import os, sqlite3
p = os.environ['DATABASE_URL'].split('///')[1]
c = sqlite3.connect(p)
c.execute('create table if not exists hits(n int)')
c.commit()
