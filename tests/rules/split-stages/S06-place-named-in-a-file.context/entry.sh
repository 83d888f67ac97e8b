exec supervisord -c supervisord.conf
