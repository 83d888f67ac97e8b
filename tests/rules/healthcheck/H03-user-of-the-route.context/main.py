app=FastAPI()
@app.get('/status')
def h(user=Depends(current_user)): return 1
