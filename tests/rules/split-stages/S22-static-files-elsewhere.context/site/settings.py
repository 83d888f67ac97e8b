STATIC_ROOT = '/vol/static'
