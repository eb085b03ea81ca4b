/* locale: puts every test program under the locale of its environment before
 * main, so that the runs under a comma locale mean something: one that cannot
 * be set ends the program at once. */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

__attribute__((constructor)) static void set_locale(void)
{
    if (!setlocale(LC_ALL, "") && getenv("LOCPATH")) {
        fprintf(stderr, "locale %s is missing\n", getenv("LC_ALL"));
        exit(1);
    }
}
