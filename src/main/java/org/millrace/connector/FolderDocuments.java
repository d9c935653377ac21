package org.millrace.connector;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.millrace.erp.B2mml;
import org.millrace.erp.BusinessDocument;
import org.millrace.erp.DocumentJson;
import org.millrace.erp.DocumentKind;
import org.millrace.erp.DocumentThere;

/**
 * Documents as files in a folder. The name is made of the reference, so writing one again makes no second file. A reader
 * may take files away at once: the ledger knows that they were written.
 */
public final class FolderDocuments implements DocumentClient {
    private final DocumentFolderFile file;
    private final Path folder;

    /** @param home what a relative path is relative to */
    public FolderDocuments(DocumentFolderFile file, Path home) {
        this.file = file;
        this.folder = home.resolve(file.path());
    }

    @Override
    public String id() {
        return file.id();
    }

    @Override
    public Set<DocumentKind> kinds() {
        return file.format() == DocumentFolderFile.Format.JSON
                ? EnumSet.allOf(DocumentKind.class)
                : EnumSet.of(DocumentKind.PRODUCTION_CONFIRMATION);
    }

    @Override
    public Answer<List<DocumentThere>> find(BusinessDocument document) {
        String name = name(document);
        if (!Files.isDirectory(folder)) {
            return missing();
        }
        return new Answer.Ok<>(
                Files.exists(folder.resolve(name)) ? List.of(new DocumentThere(name, name, "", "")) : List.of());
    }

    @Override
    public Answer<Created> create(BusinessDocument document) {
        String name = name(document);
        Path part = folder.resolve("." + name + ".part"); // hidden: readers pick up by pattern
        if (!Files.isDirectory(folder)) {
            return missing();
        }
        try {
            try (FileChannel out = FileChannel.open(
                    part, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
                ByteBuffer bytes = ByteBuffer.wrap(text(document).getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
                out.force(true);
            }
        } catch (IOException e) {
            return new Answer.Retryable<>(folder + ": " + e);
        }
        try {
            Files.move(part, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            return new Answer.Permanent<>(folder + " cannot rename a file in one step; use a local folder");
        } catch (IOException e) {
            return new Answer.Unknown<>(folder + ": " + e); // a share may have done it all the same
        }
        return new Answer.Ok<>(new Created(name, name, true));
    }

    @Override
    public Answer<Void> proceed(BusinessDocument document, DocumentThere there) {
        return new Answer.Permanent<>("a file needs no further step");
    }

    private <T> Answer<T> missing() {
        return new Answer.Retryable<>("the folder " + folder + " is not there; is its share mounted?");
    }

    private String name(BusinessDocument document) {
        return B2mml.fileName(document, file.format() == DocumentFolderFile.Format.B2MML_XML ? "xml" : "json");
    }

    private String text(BusinessDocument document) {
        return switch (file.format()) {
            case B2MML_XML -> B2mml.xml(document);
            case B2MML_JSON -> B2mml.json(document);
            case JSON -> DocumentJson.write(document);
        };
    }
}
