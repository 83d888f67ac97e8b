FROM public.ecr.aws/lambda/python:3.13
CMD app.handler
