from flask import Flask
from blueprints.health import health_bp
app = Flask(__name__)
app.register_blueprint(health_bp, url_prefix="/api")
app.run(host="0.0.0.0", port=5000)
