from debian:trixie-slim
arg API_TOKEN

# fetch
run fetch --token $API_TOKEN
