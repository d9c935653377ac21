package org.millrace.cli;

import org.millrace.BuildInfo;
import picocli.CommandLine.IVersionProvider;

/** What {@code hub --version} prints. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {"millrace " + BuildInfo.version()};
    }
}
