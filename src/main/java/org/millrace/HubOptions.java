package org.millrace;

import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;

/**
 * How one hub is started.
 *
 * @param home folder that holds {@code routes/} and {@code connectors-config/}
 * @param data folder for journal, operational store and the embedded historian; made at need
 * @param environment stands before the process's environment in {@code {{env:NAME}}}
 * @param port console port instead of the configured one
 */
public record HubOptions(Path home, Path data, Map<String, String> environment, OptionalInt port) {}
