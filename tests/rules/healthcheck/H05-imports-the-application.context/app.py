from web import app
with app.app_context():
    print("job")
