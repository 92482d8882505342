//! Where the repaired bytes of one input go.

use std::fs::{File, Metadata};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use unbake_formats::codec::{Codec, Encoder, Packed};
use unbake_formats::parquet::{Group, Rewriter, Table};

use crate::atomic::Temporary;
use crate::commit::{Ready, new_file};

/// A file that is written beside its place until it is whole. Nothing is
/// written before the first byte that differs from the input's.
pub(crate) struct Sink {
    source: PathBuf,
    target: PathBuf,
    codec: Codec,
    temporary: Option<Temporary>,
    body: Option<Body>,
    /// How many bytes at the start are as in the input, and not written yet.
    same: u64,
    differs: bool,
}

enum Body {
    Bytes(Encoder<Vec<u8>>),
    Table(Box<Rewriter<File>>),
}

impl Sink {
    /// A file at `target` made from the one at `source`.
    pub(crate) fn new(source: &Path, target: &Path, codec: Codec) -> Self {
        Sink {
            source: source.to_owned(),
            target: target.to_owned(),
            codec,
            temporary: None,
            body: None,
            same: 0,
            differs: false,
        }
    }

    /// It is not the input's bytes, whether or not any of them changed.
    pub(crate) fn differs(&mut self) {
        self.differs = true;
    }

    fn temporary(&mut self) -> io::Result<&mut Temporary> {
        Ok(self.temporary.insert(new_file(&self.target)?))
    }

    /// Appends a block.
    pub(crate) fn write(&mut self, block: &Packed, differs: bool) -> io::Result<()> {
        self.differs |= differs;
        if self.body.is_none() {
            if let Packed::Plain(bytes) = block
                && self.codec == Codec::Plain
                && !self.differs
            {
                self.same += bytes.len() as u64;
                return Ok(());
            }
            let (source, same) = (self.source.clone(), self.same);
            let file = self.temporary()?.file()?;
            if same > 0 && io::copy(&mut File::open(source)?.take(same), file)? != same {
                return Err(io::Error::other(
                    "the input became shorter while it was read",
                ));
            }
            self.body = Some(Body::Bytes(Encoder::new(self.codec, Vec::new())?));
        }
        let (Some(Body::Bytes(encoder)), Some(temporary)) = (&mut self.body, &mut self.temporary)
        else {
            return Err(io::Error::other("bytes in a table"));
        };
        encoder.write_to(block, temporary.file()?)
    }

    /// Appends a row group.
    pub(crate) fn write_group(
        &mut self,
        table: &Arc<Table>,
        number: usize,
        group: &Group,
    ) -> io::Result<()> {
        self.differs |= group.differs();
        if self.body.is_none() {
            let file = self.temporary()?.file()?.try_clone()?;
            self.body = Some(Body::Table(Box::new(Rewriter::new(table.clone(), file)?)));
        }
        match &mut self.body {
            Some(Body::Table(rewriter)) => rewriter.write(number, group),
            _ => Err(io::Error::other("a table in bytes")),
        }
    }

    /// Ends the file; one that is as the input is written only if it is to be
    /// elsewhere.
    pub(crate) fn finish(mut self, input: &Metadata, in_place: bool) -> io::Result<Option<Ready>> {
        if !self.differs {
            // A copy would have the same name.
            self.temporary = None;
            return if in_place {
                Ok(None)
            } else {
                Ready::copy(&self.source, &self.target, input).map(Some)
            };
        }
        match self.body.take() {
            Some(Body::Bytes(encoder)) => {
                if let Some(temporary) = &mut self.temporary {
                    temporary.file()?.write_all(&encoder.finish()?)?;
                }
            }
            Some(Body::Table(rewriter)) => drop(rewriter.finish()?),
            // All of a file was left out before anything of it was written.
            None => {
                let nothing = Encoder::new(self.codec, Vec::new())?.finish()?;
                self.temporary()?.file()?.write_all(&nothing)?;
            }
        }
        match self.temporary.take() {
            Some(temporary) => Ready::new(temporary, input).map(Some),
            None => Ok(None),
        }
    }
}
