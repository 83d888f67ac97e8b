/* Answers with the CRC-32 of the path that is asked for. */
#include <microhttpd.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "crc.h"

static enum MHD_Result answer(void *cls, struct MHD_Connection *connection, const char *url, const char *method,
                              const char *version, const char *data, size_t *size, void **state)
{
    char text[64];
    (void)cls, (void)version, (void)data, (void)size, (void)state;
    if (strcmp(method, MHD_HTTP_METHOD_GET) != 0)
        return MHD_NO;
    snprintf(text, sizeof text, "{\"crc32\": \"%08lx\"}\n", crc_of(url));
    struct MHD_Response *response = MHD_create_response_from_buffer(strlen(text), text, MHD_RESPMEM_MUST_COPY);
    MHD_add_response_header(response, "Content-Type", "application/json");
    enum MHD_Result result = MHD_queue_response(connection, MHD_HTTP_OK, response);
    MHD_destroy_response(response);
    return result;
}

int main(void)
{
    sigset_t ends;
    int number;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    sigprocmask(SIG_BLOCK, &ends, NULL);
    struct MHD_Daemon *daemon =
        MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD, 8080, NULL, NULL, &answer, NULL, MHD_OPTION_END);
    if (daemon == NULL)
        return 1;
    puts("listening on 8080");
    fflush(stdout);
    sigwait(&ends, &number);
    MHD_stop_daemon(daemon);
    return 0;
}
