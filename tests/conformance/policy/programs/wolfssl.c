/* Dial each port with each store: "port base64 ..." lines in, one answer a line out; a word that
 * begins with "/" is a PEM bundle, loaded at once.
 * cc -o handshakes-wolfssl wolfssl.c -lwolfssl */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <wolfssl/options.h>
#include <wolfssl/ssl.h>
#include <wolfssl/wolfcrypt/coding.h>

static char line[1 << 20];
static byte der[1 << 16];

static int dial(const char *port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(port))};
    int descriptor = socket(AF_INET, SOCK_STREAM, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connect(descriptor, (struct sockaddr *)&address, sizeof address);
    return descriptor;
}

int main(void) {
    wolfSSL_Init();
    while (fgets(line, sizeof line, stdin) != NULL) {
        char *word, text[WOLFSSL_MAX_ERROR_SZ];
        int loaded = WOLFSSL_SUCCESS;
        line[strcspn(line, "\n")] = 0;
        char *port = strtok(line, " ");
        WOLFSSL_CTX *context = wolfSSL_CTX_new(wolfSSLv23_client_method());
        while ((word = strtok(NULL, " ")) != NULL) {
            word32 size = sizeof der;
            if (*word == '/') {
                loaded = wolfSSL_CTX_load_verify_locations(context, word, NULL);
                continue;
            }
            Base64_Decode((byte *)word, strlen(word), der, &size);
            wolfSSL_CTX_load_verify_buffer(context, der, size, WOLFSSL_FILETYPE_ASN1);
        }
        if (loaded != WOLFSSL_SUCCESS) printf("store: %d; then ", loaded);
        wolfSSL_CTX_set_verify(context, WOLFSSL_VERIFY_PEER, NULL);
        WOLFSSL *ssl = wolfSSL_new(context);
        int descriptor = dial(port);
        wolfSSL_set_fd(ssl, descriptor);
        int result = wolfSSL_connect(ssl);
        if (result == WOLFSSL_SUCCESS) {
            printf("ok\n");
        } else {
            int error = wolfSSL_get_error(ssl, result);
            printf("%d %s\n", error, wolfSSL_ERR_error_string(error, text));
        }
        fflush(stdout);
        wolfSSL_free(ssl);
        wolfSSL_CTX_free(context);
        close(descriptor);
    }
    return 0;
}
