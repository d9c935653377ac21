package org.millrace.source.opcua;

/** A server's certificate is not good enough to connect; the message says why and what a person can do. */
final class CertificateRefused extends Exception {
    private final boolean expired;

    CertificateRefused(String sentence) {
        this(sentence, false);
    }

    CertificateRefused(String sentence, boolean expired) {
        super(sentence);
        this.expired = expired;
    }

    /** Nothing is wrong with it but the date. */
    boolean expired() {
        return expired;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
