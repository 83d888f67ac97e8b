module.exports = { apps: [{ name: 'a', script: './index.js', error_file: '/var/log/pm2/err.log', out_file: '/var/log/pm2/out.log' }] };
