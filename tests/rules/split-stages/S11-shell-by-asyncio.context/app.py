import asyncio, subprocess
subprocess.run(['ls'])
async def f(x): await asyncio.create_subprocess_shell(x)
