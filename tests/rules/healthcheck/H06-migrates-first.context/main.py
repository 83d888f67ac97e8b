from contextlib import asynccontextmanager

from fastapi import FastAPI


@asynccontextmanager
async def models(app):
    app.state.model = load_from_disk()
    yield


app = FastAPI(lifespan=models)


@app.get("/healthz")
def healthz():
    return {"ok": True}
