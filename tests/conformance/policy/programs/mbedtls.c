/* Dial each port with each store: "port base64 ..." lines in, one answer a line out; a word that
 * begins with "/" is a PEM bundle, loaded at once. The argument is the name that is expected.
 * cc -o handshakes-mbedtls mbedtls.c -lmbedtls -lmbedx509 -lmbedcrypto */
#include <mbedtls/base64.h>
#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/error.h>
#include <mbedtls/net_sockets.h>
#include <mbedtls/ssl.h>
#include <mbedtls/x509_crt.h>
#include <stdio.h>
#include <string.h>

static char line[1 << 20];
static unsigned char der[1 << 16];

static void read_store(mbedtls_x509_crt *store, int *failed) {
    char *word;
    while ((word = strtok(NULL, " ")) != NULL) {
        size_t size = 0;
        if (*word == '/') {
            *failed = mbedtls_x509_crt_parse_file(store, word);
            continue;
        }
        mbedtls_base64_decode(der, sizeof der, &size, (unsigned char *)word, strlen(word));
        mbedtls_x509_crt_parse_der(store, der, size);
    }
}

static int shake(mbedtls_ssl_context *ssl) {
    int result;
    do {
        result = mbedtls_ssl_handshake(ssl);
    } while (result == MBEDTLS_ERR_SSL_WANT_READ || result == MBEDTLS_ERR_SSL_WANT_WRITE);
    return result;
}

static void answer(mbedtls_ssl_context *ssl, int result) {
    char error[256] = "", why[1024] = "";
    uint32_t flags = mbedtls_ssl_get_verify_result(ssl);
    if (result == 0) {
        printf("ok\n");
        return;
    }
    mbedtls_strerror(result, error, sizeof error);
    if (flags != (uint32_t)-1) {
        mbedtls_x509_crt_verify_info(why, sizeof why, "; ", flags);
    }
    for (char *at = why; *at != 0; at++) {
        if (*at == '\n') *at = ' ';
    }
    printf("%s %s\n", error, why);
}

int main(int count, char **arguments) {
    mbedtls_entropy_context entropy;
    mbedtls_ctr_drbg_context random;
    mbedtls_entropy_init(&entropy);
    mbedtls_ctr_drbg_init(&random);
    mbedtls_ctr_drbg_seed(&random, mbedtls_entropy_func, &entropy, NULL, 0);
    while (fgets(line, sizeof line, stdin) != NULL) {
        mbedtls_x509_crt store;
        mbedtls_ssl_config config;
        mbedtls_ssl_context ssl;
        mbedtls_net_context net;
        line[strcspn(line, "\n")] = 0;
        char *port = strtok(line, " ");
        mbedtls_x509_crt_init(&store);
        mbedtls_ssl_config_init(&config);
        mbedtls_ssl_init(&ssl);
        mbedtls_net_init(&net);
        int failed = 0;
        read_store(&store, &failed);
        mbedtls_ssl_config_defaults(&config, MBEDTLS_SSL_IS_CLIENT, MBEDTLS_SSL_TRANSPORT_STREAM,
                                    MBEDTLS_SSL_PRESET_DEFAULT);
        mbedtls_ssl_conf_authmode(&config, MBEDTLS_SSL_VERIFY_REQUIRED);
        mbedtls_ssl_conf_ca_chain(&config, &store, NULL);
        mbedtls_ssl_conf_rng(&config, mbedtls_ctr_drbg_random, &random);
        mbedtls_ssl_setup(&ssl, &config);
        mbedtls_ssl_set_hostname(&ssl, count > 1 ? arguments[1] : "server.test");
        int result = mbedtls_net_connect(&net, "127.0.0.1", port, MBEDTLS_NET_PROTO_TCP);
        mbedtls_ssl_set_bio(&ssl, &net, mbedtls_net_send, mbedtls_net_recv, NULL);
        /* A positive count of unread certificates is no error to most programs. */
        if (failed < 0) printf("store: ");
        answer(&ssl, result != 0 ? result : shake(&ssl));
        fflush(stdout);
        mbedtls_net_free(&net);
        mbedtls_ssl_free(&ssl);
        mbedtls_ssl_config_free(&config);
        mbedtls_x509_crt_free(&store);
    }
    return 0;
}
