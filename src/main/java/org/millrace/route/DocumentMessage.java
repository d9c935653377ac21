package org.millrace.route;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.millrace.erp.BusinessDocument;
import org.millrace.erp.DocumentJson;

/**
 * A document in a message: the body is its JSON, and every plain field of it a header of the same name, so that SQL can
 * name it ({@code :?reference}, {@code :?good}). Times are timestamps, {@code json} is the whole document as text.
 */
final class DocumentMessage {
    /** Exchange property holding the {@link BusinessDocument}, whatever a route makes of the body. */
    static final String DOCUMENT = "millrace.document";

    private static final Set<String> TIMES = Set.of("from", "to", "time");

    private DocumentMessage() {}

    static void put(Exchange exchange, BusinessDocument document) {
        exchange.setProperty(DOCUMENT, document);
        Message message = exchange.getMessage();
        String json = DocumentJson.write(document);
        message.setBody(json);
        message.setHeader("json", json);
        for (Map.Entry<String, JsonNode> field : DocumentJson.tree(document).properties()) {
            JsonNode value = field.getValue();
            if (value.isNull()) {
                message.setHeader(field.getKey(), null);
            } else if (value.isNumber()) {
                message.setHeader(field.getKey(), value.decimalValue());
            } else if (TIMES.contains(field.getKey())) {
                message.setHeader(field.getKey(), Timestamp.from(Instant.parse(value.asText())));
            } else if (value.isTextual()) {
                message.setHeader(field.getKey(), value.asText());
            }
        }
    }

    static Optional<BusinessDocument> of(Exchange exchange) {
        return Optional.ofNullable(exchange.getProperty(DOCUMENT, BusinessDocument.class));
    }
}
