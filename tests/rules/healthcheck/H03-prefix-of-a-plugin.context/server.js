const fastify=require('fastify')();
fastify.register(require('./routes'),{prefix:'/api'});
fastify.listen({port:3000,host:'0.0.0.0'});
