from itsdangerous import Signer

print(Signer("key").sign("hello").decode().partition(".")[0])
