module.exports=async function(fastify){fastify.get('/health',async()=>({ok:1}))}
