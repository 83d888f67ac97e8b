app=FastAPI(dependencies=[Depends(auth)])
@app.get('/status')
def h(): return 1
