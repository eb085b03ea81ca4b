/* json: see json.h. Layer data. */
#include "data/json.h"

void mg_json_string(mg_text *text, const char *string)
{
    mg_text_puts(text, "\"");
    for (const char *c = string; *c; c++) {
        const unsigned char byte = (unsigned char)*c;
        if (byte == '"' || byte == '\\')
            mg_text_printf(text, "\\%c", byte);
        else if (byte < ' ' || byte == 0x7F)
            mg_text_printf(text, "\\u%04x", byte);
        else
            mg_text_append(text, c, 1);
    }
    mg_text_puts(text, "\"");
}
