import os
from sqlalchemy import create_engine

engine = create_engine(os.getenv("DATABASE_URL", "sqlite:////data/app.db"))
os.makedirs(os.environ.get("EXPORTS", "/exports"), exist_ok=True)
