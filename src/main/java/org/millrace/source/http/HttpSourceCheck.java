package org.millrace.source.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.millrace.config.DidYouMean;
import org.millrace.config.Positions;
import org.millrace.config.Problem;
import org.millrace.source.decode.Conversation;
import org.millrace.source.decode.DecodeStep;
import org.millrace.source.decode.Decoders;

/** What can be told of an HTTP source without a device. */
public final class HttpSourceCheck {
    private HttpSourceCheck() {}

    /** @param formats names of the decoders there are */
    public static List<Problem> problems(HttpSourceFile file, Set<String> formats, Positions positions) {
        List<Problem> problems = new ArrayList<>();
        if (!file.id().matches("[A-Za-z0-9._-]+")) {
            problems.add(positions
                    .of(file, "id")
                    .error("'" + file.id() + "' cannot be part of an address", "letters, digits, '-', '_' and '.'"));
        }
        if (!formats.contains(file.decode())) {
            problems.add(positions
                    .of(file, "decode")
                    .error(
                            "there is no decoder '" + file.decode() + "'",
                            DidYouMean.hint(
                                    file.decode(), formats.stream().sorted().toList())));
        } else if (Conversation.needed(file.decode())) {
            problems.add(positions
                    .of(file, "decode")
                    .error(file.decode() + " is spoken over MQTT only", "write a MqttSource for it"));
        } else {
            Decoders.problemOf(file.decode(), file.map())
                    .ifPresent(message ->
                            problems.add(positions.of(file, "map").error(message, "see the page on sources")));
        }
        if (file.maxBody() < 1 || file.maxBody() > DecodeStep.MAX_PAYLOAD) {
            problems.add(positions
                    .of(file, "max_body")
                    .error("max_body is " + file.maxBody(), "1 to " + DecodeStep.MAX_PAYLOAD + " bytes"));
        }
        if (file.devices().isEmpty()) {
            problems.add(positions
                    .of(file, "devices")
                    .error("no device may send anything", "devices: { tracker-1: \"{{file-secret:tracker-1}}\" }"));
        }
        for (String device : file.devices().keySet()) {
            if (!device.matches("[A-Za-z0-9._-]+")) {
                problems.add(positions
                        .of(file, "devices")
                        .error("'" + device + "' is not a name for a device", "letters, digits, '-', '_' and '.'"));
            }
        }
        return problems;
    }
}
