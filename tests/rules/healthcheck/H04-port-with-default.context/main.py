from other import app
