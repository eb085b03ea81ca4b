/* quantity: numbers with their units. Layer cli. */
#include "cli/quantity.h"

#include <math.h>
#include <stdio.h>

#define DIGITS 3 /* more than that is not what people compare */
#define LONGEST_WAIT 3.6e6

void mg_text_count(mg_text *text, double value)
{
    char digits[40];
    if (!(fabs(value) < 1e15)) {
        mg_text_real(text, value, DIGITS);
        return;
    }
    const int n = snprintf(digits, sizeof digits, "%.0f", value);
    for (int i = 0; i < n; i++) {
        if (i > 0 && (n - i) % 3 == 0)
            mg_text_puts(text, ",");
        mg_text_append(text, digits + i, 1);
    }
}

/* Three digits, without an exponent in the range that a unit leaves. */
static void put_short(mg_text *text, double value)
{
    if (value >= 100 && value < 10000)
        mg_text_printf(text, "%.0f", value);
    else
        mg_text_real(text, value, DIGITS);
}

void mg_text_bytes(mg_text *text, double bytes)
{
    static const char *const units[] = {" bytes", " kB", " MB", " GB", " TB"};
    size_t unit = 0;
    while (bytes >= 999.5 && unit + 1 < sizeof units / sizeof *units) {
        bytes /= 1000;
        unit++;
    }
    put_short(text, bytes);
    mg_text_puts(text, units[unit]);
}

void mg_text_clock(mg_text *text, double seconds)
{
    const long long all = (long long)fmin(ceil(seconds), LONGEST_WAIT);
    if (all >= 3600)
        mg_text_printf(text, "%lld:%02lld:%02lld", all / 3600, all / 60 % 60,
                       all % 60);
    else
        mg_text_printf(text, "%lld:%02lld", all / 60, all % 60);
}

void mg_text_time(mg_text *text, double microseconds)
{
    static const char *const units[] = {" ns", " μs", " ms", " s"};
    double value = microseconds * 1000;
    size_t unit = 0;
    while (value >= 999.5 && unit + 1 < sizeof units / sizeof *units) {
        value /= 1000;
        unit++;
    }
    put_short(text, value);
    mg_text_puts(text, units[unit]);
}
