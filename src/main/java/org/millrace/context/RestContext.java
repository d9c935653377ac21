package org.millrace.context;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.millrace.connector.Answer;
import org.millrace.connector.rest.RestConnector;

/** By a connector's system: its address, login and limits. */
final class RestContext implements ContextSource {
    private static final String ASSET = "\u0000asset";
    private static final String SINCE = "\u0000since";

    private final ContextFile file;
    private final ContextFile.Rest rest;
    private final Supplier<Optional<RestConnector>> connector;
    private final Map<String, String> programs;

    /** @param connector as it is now: a reload may change it */
    RestContext(ContextFile file, ContextFile.Rest rest, Supplier<Optional<RestConnector>> connector) {
        this.file = file;
        this.rest = rest;
        this.connector = connector;
        this.programs = new LinkedHashMap<>(file.fields());
        programs.put(ASSET, file.asset());
        file.since().ifPresent(since -> programs.put(SINCE, since));
    }

    @Override
    public List<Said> read() throws ContextException {
        RestConnector system = connector
                .get()
                .orElseThrow(() -> new ContextException("there is no connector '" + rest.connector() + "'"));
        Answer<List<Map<String, String>>> answer = system.rows(rest.request(), programs);
        List<Map<String, String>> rows = switch (answer) {
            case Answer.Ok<List<Map<String, String>>> ok -> ok.value();
            case Answer.Retryable<List<Map<String, String>>> failed -> throw new ContextException(failed.why());
            case Answer.Throttled<List<Map<String, String>>> failed -> throw new ContextException(failed.why());
            case Answer.Unauthorized<List<Map<String, String>>> failed ->
                throw new ContextException("credentials refused: " + failed.why());
            case Answer.Permanent<List<Map<String, String>>> failed -> throw new ContextException(failed.why());
            case Answer.Unknown<List<Map<String, String>>> failed -> throw new ContextException(failed.why());
        };
        List<Said> said = new ArrayList<>();
        for (Map<String, String> row : rows) {
            Map<String, String> fields = new LinkedHashMap<>(row);
            String asset = fields.remove(ASSET);
            String since = fields.remove(SINCE);
            if (asset != null) {
                OptionalLong from =
                        since == null ? OptionalLong.empty() : ContextTimes.read(since, ZoneId.of(file.zone()));
                said.add(new Said(asset, from, fields));
            }
        }
        return said;
    }
}
