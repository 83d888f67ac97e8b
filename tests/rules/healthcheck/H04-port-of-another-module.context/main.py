from flask import Flask

from config import DEBUG, PORT

app = Flask(__name__)
app.run(host="0.0.0.0", port=PORT, debug=DEBUG)
