from setuptools import setup
setup(name='x',entry_points={'console_scripts':['myapp=x:main']})