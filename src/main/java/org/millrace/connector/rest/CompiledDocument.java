package org.millrace.connector.rest;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.connector.rest.ConnectorFile.Encoding;
import org.millrace.connector.rest.ConnectorFile.Mode;
import org.millrace.connector.rest.ConnectorFile.Operation;
import org.millrace.connector.rest.ErpConnectorFile.Document;
import org.millrace.connector.rest.ErpConnectorFile.Request;
import org.millrace.erp.DocumentKind;

/** One kind of document of a file, its programs compiled. */
record CompiledDocument(
        CompiledOperation find,
        Jq verify,
        Jq id,
        Optional<Jq> number,
        List<CompiledLookup> lookups,
        CompiledOperation create,
        List<CompiledStep> then) {

    record CompiledLookup(String name, Optional<Jq> each, boolean optional, CompiledOperation request) {}

    record CompiledStep(String name, Jq holds, Optional<CompiledOperation> unless, CompiledOperation call) {}

    /** @throws IllegalArgumentException when a program does not compile; {@link ErpConnectorCheck} finds it with its place */
    static CompiledDocument of(DocumentKind kind, Document document) {
        String place = "documents." + kind.key();
        return new CompiledDocument(
                operation(place + ".find", true, document.find()),
                CompiledOperation.program(document.verify()),
                CompiledOperation.program(document.id()),
                document.number().map(CompiledOperation::program),
                document.lookups().stream()
                        .map(lookup -> new CompiledLookup(
                                lookup.name(),
                                lookup.each().map(CompiledOperation::program),
                                lookup.optional(),
                                operation(place + ".lookups." + lookup.name(), true, lookup.request())))
                        .toList(),
                operation(place + ".create", false, document.create()),
                document.then().stream()
                        .map(step -> new CompiledStep(
                                step.name(),
                                CompiledOperation.program(step.if_()),
                                step.unless()
                                        .map(unless ->
                                                operation(place + ".then." + step.name() + ".unless", true, unless)),
                                operation(place + ".then." + step.name(), false, step.call())))
                        .toList());
    }

    private static CompiledOperation operation(String place, boolean reads, Request request) {
        return CompiledOperation.of(
                place,
                reads,
                new Operation(
                        request.method(),
                        request.path(),
                        request.query(),
                        request.headers(),
                        request.body(),
                        Map.of(),
                        Encoding.JSON,
                        "file",
                        request.items(),
                        Optional.empty(),
                        request.id(),
                        Optional.empty(),
                        Mode.PATCH,
                        Optional.empty(),
                        List.of(),
                        Optional.empty(),
                        Optional.empty(),
                        Duration.ZERO));
    }
}
