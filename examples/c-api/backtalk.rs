// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A safe wrapper of the part of backtalk/backtalk.h that SMTP needs.
#![allow(dead_code)] // no program uses all of it

use std::ffi::{CStr, CString};
use std::marker::PhantomData;
use std::os::raw::{c_char, c_int};
use std::ptr::NonNull;

pub const SMTP_REPLIES: c_int = 1;
pub const SMTP_COMMANDS: c_int = 2;

/// `backtalk_view`, which never has a null pointer in an event.
#[repr(C)]
pub struct View<'a> {
    data: *const u8,
    size: usize,
    lender: PhantomData<&'a [u8]>,
}

impl<'a> View<'a> {
    pub fn octets(&self) -> &'a [u8] {
        unsafe { std::slice::from_raw_parts(self.data, self.size) }
    }
    pub fn text(&self) -> std::borrow::Cow<'a, str> {
        String::from_utf8_lossy(self.octets())
    }
}

#[repr(C)]
pub struct SmtpReply<'a> {
    pub octets: u64,
    lines: *const View<'a>,
    line_count: usize,
    pub code: u16,
    pub enhanced_class: u16,
    pub enhanced_subject: u16,
    pub enhanced_detail: u16,
}

impl<'a> SmtpReply<'a> {
    pub fn lines(&self) -> &[View<'a>] {
        unsafe { std::slice::from_raw_parts(self.lines, self.line_count) }
    }
}

#[repr(C)]
pub struct SmtpCommand<'a> {
    pub name: View<'a>,
    pub arguments: View<'a>,
    pub verb: c_int,
}

/// The first members of `backtalk_event`: those behind are for other protocols. A null pointer is None.
#[repr(C)]
pub struct Event<'a> {
    pub kind: c_int,
    pub struct_size: u32,
    pub offset: u64,
    pub octets: View<'a>,
    pub octets_total: u64,
    pub octets_left: u64,
    pub smtp_reply: Option<&'a SmtpReply<'a>>,
    pub smtp_command: Option<&'a SmtpCommand<'a>>,
}

#[repr(C)]
struct RawError {
    word: *const c_char,
    sentence: *const c_char,
    offset: u64,
}

#[derive(Debug)]
pub struct Error {
    pub word: &'static str,
    pub sentence: &'static str,
    pub offset: u64,
}

enum RawParser {}

#[link(name = "backtalk")]
extern "C" {
    fn backtalk_parser_new(kind: c_int) -> *mut RawParser;
    fn backtalk_parser_free(parser: *mut RawParser);
    fn backtalk_parser_tolerate(parser: *mut RawParser, name: *const c_char) -> c_int;
    fn backtalk_parser_feed(parser: *mut RawParser, bytes: *const u8, size: usize) -> c_int;
    fn backtalk_parser_feed_copy(parser: *mut RawParser, bytes: *const u8, size: usize) -> c_int;
    fn backtalk_parser_next<'a>(parser: *mut RawParser) -> Option<&'a Event<'a>>;
    fn backtalk_parser_error<'a>(parser: *mut RawParser) -> Option<&'a RawError>;
    fn backtalk_smtp_expect_data(parser: *mut RawParser) -> c_int;
    fn backtalk_struct_size(name: *const c_char) -> usize;
}

/// A parser. It may have views of what it was lent, which outlives it.
pub struct Parser<'fed> {
    raw: NonNull<RawParser>,
    lender: PhantomData<&'fed [u8]>,
}

impl<'fed> Parser<'fed> {
    pub fn new(kind: c_int) -> Option<Self> {
        let name = CString::new("backtalk_smtp_reply").unwrap();
        assert_eq!(unsafe { backtalk_struct_size(name.as_ptr()) }, std::mem::size_of::<SmtpReply>());
        let raw = NonNull::new(unsafe { backtalk_parser_new(kind) })?;
        Some(Parser { raw, lender: PhantomData })
    }
    pub fn tolerate(&mut self, name: &str) -> bool {
        let name = CString::new(name).unwrap();
        unsafe { backtalk_parser_tolerate(self.raw.as_ptr(), name.as_ptr()) == 0 }
    }
    /// The parser copies the bytes. What is wrong is an error of the parser, so the status says nothing new.
    pub fn feed(&mut self, bytes: &[u8]) {
        unsafe { backtalk_parser_feed_copy(self.raw.as_ptr(), bytes.as_ptr(), bytes.len()) };
    }
    /// The parser borrows the bytes.
    pub fn lend(&mut self, bytes: &'fed [u8]) {
        unsafe { backtalk_parser_feed(self.raw.as_ptr(), bytes.as_ptr(), bytes.len()) };
    }
    /// The event borrows the parser, so nothing else can be called while it is in use.
    #[allow(clippy::should_implement_trait)]
    pub fn next(&mut self) -> Option<&Event<'_>> {
        unsafe { backtalk_parser_next(self.raw.as_ptr()) }
    }
    pub fn expect_data(&mut self) -> bool {
        unsafe { backtalk_smtp_expect_data(self.raw.as_ptr()) == 0 }
    }
    pub fn error(&mut self) -> Option<Error> {
        let text = |text| unsafe { CStr::from_ptr(text) }.to_str().unwrap();
        let error = unsafe { backtalk_parser_error(self.raw.as_ptr()) }?;
        Some(Error { word: text(error.word), sentence: text(error.sentence), offset: error.offset })
    }
}

impl Drop for Parser<'_> {
    fn drop(&mut self) {
        unsafe { backtalk_parser_free(self.raw.as_ptr()) }
    }
}
