FROM rabbitmq:3
CMD rabbitmq-server
