import asyncio
async def main():
    s = await asyncio.start_unix_server(lambda r, w: w.close(), path="app.sock")
    await s.serve_forever()
asyncio.run(main())
